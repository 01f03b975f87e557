-- share: one budget of requests in flight per destination, divided among the processes that write to it.
-- It grows by one for every window of successes and halves at a push-back (AIMD, as in RFC 5681), once for all
-- requests that were sent in one epoch; what was once too much is approached again, but slowly.
--
-- KEYS[1]  budget   hash  window (requests), ceiling (the window that was too much), epoch (number of cuts),
--                          resume (ms, when the destination wants to be asked again)
-- KEYS[2]  sharers  zset  process -> since when it shares (ms); who came first has the first claim to a remainder
-- KEYS[3]  alive    zset  process -> until when it counts (ms)
--
-- ARGV[1]  process   who asks
-- ARGV[2]  alive_ms  how long it counts from now; 0 leaves
-- ARGV[3]  limit     requests in flight per process at the most
-- ARGV[4]  answered  requests that succeeded since the last time
-- ARGV[5]  pushed    the epoch in which a request was sent that was pushed back since; -1 for none
-- ARGV[6]  pause_ms  how long the destination asked to be left alone; 0 if it did not
--
-- Returns {requests that the process may have in flight, epoch, ms to wait before the next one}

local call = redis.call
local process, alive_ms, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local answered, pushed, pause_ms = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local INITIAL, CAUTION, FORGET_MS = 4, 25, 86400000
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function leave(member)
  call('ZREM', KEYS[3], member)
  call('ZREM', KEYS[2], member)
end

local function count_in()
  for _, member in ipairs(call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 10)) do leave(member) end
  if alive_ms > 0 then
    call('ZADD', KEYS[3], now + alive_ms, process)
    call('ZADD', KEYS[2], 'NX', now, process)
  else
    leave(process)
  end
  return call('ZCARD', KEYS[2])
end

local function adapt(window, ceiling, epoch, most)
  if pushed == epoch then return math.max(1, window / 2), window, epoch + 1 end
  local pace = window + 1 < ceiling and window or window * CAUTION
  local grown = math.min(most, window + answered / pace)
  return grown, math.max(ceiling, grown), epoch
end

local sharers = count_in()
local known = call('HMGET', KEYS[1], 'window', 'ceiling', 'epoch', 'resume')
local window, ceiling, epoch = tonumber(known[1]) or INITIAL, tonumber(known[2]) or math.huge, tonumber(known[3]) or 0
window, ceiling, epoch = adapt(window, ceiling, epoch, limit * math.max(1, sharers))
local resume = math.max(tonumber(known[4]) or 0, pause_ms > 0 and now + pause_ms or 0)
call('HSET', KEYS[1], 'window', window, 'epoch', epoch, 'resume', resume)
if ceiling < math.huge then call('HSET', KEYS[1], 'ceiling', ceiling) end
call('PEXPIRE', KEYS[1], FORGET_MS)
call('PEXPIRE', KEYS[2], FORGET_MS)
call('PEXPIRE', KEYS[3], FORGET_MS)

local wait = math.max(0, resume - now)
if alive_ms == 0 then return {0, epoch, wait} end
local whole = math.floor(window)
local mine = math.floor(whole / sharers)
if call('ZRANK', KEYS[2], process) < whole % sharers then mine = mine + 1 end
return {math.min(limit, mine), epoch, wait}
