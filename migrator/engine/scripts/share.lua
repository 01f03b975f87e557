-- share: one budget per destination for the processes that write to it: requests in flight, requests a second, and
-- the one request that asks a destination whether it is back.
-- What may be in flight doubles from one report to the next, then grows by one for every window of successes, and halves
-- at a push-back (slow start and AIMD, as in RFC 5681), once for all requests that were sent in one epoch; what was once
-- too much is approached again, but slowly. Where answers wait for each other, it is as many as do most work.
--
-- KEYS[1]  budget   hash  window (requests), ceiling (the window that was too much), steep (up to which it doubles),
--                          epoch (number of cuts), cut (ms, until when answers tell of what was before the last),
--                          resume (ms, when the destination wants to be asked again), held (sum of the zset),
--                          tokens (requests that the rate allows now), refilled (µs, until when they are counted),
--                          answered, troubled, silent, looked, asked (ms, see standing), prober (process);
--                          and of other windows: base (the window one returns to), gain (of that), enough (beyond
--                          which it does not grow by itself), next (less or more), rest (measures until that is
--                          tried), pause (the next rest), tried, tried_gain (what was in vain), unsettled (reports
--                          that tell of what was before), measured (answers), slow (the sum of their slowness)
-- KEYS[2]  sharers  zset  process -> since when it shares (ms); who came first has the first claim to a remainder
-- KEYS[3]  alive    zset  process -> until when it counts (ms)
-- KEYS[4]  held     zset  process -> requests that it may have in flight, or still has
-- KEYS[5]  rates    zset  process -> requests a second that its runs allow
-- KEYS[6]  bounds   zset  process -> requests in flight that its runs allow, to all processes together
-- KEYS[7]  best     hash  class of requests -> "seconds ms", the best answer to one that any process has had, and when
--                          that was last looked at
--
-- ARGV[1]  process      who asks
-- ARGV[2]  alive_ms     how long it counts from now; 0 leaves
-- ARGV[3]  limit        requests in flight per process at the most
-- ARGV[4]  rate         requests a second at the most, all processes together; 0 for any
-- ARGV[5]  bound        requests in flight at the most, all processes together; 0 for any
-- ARGV[6]  patience_ms  how long trouble may last before that is said
-- ARGV[7]  answered     requests that succeeded since the last time
-- ARGV[8]  pushed       the epoch in which a request was sent that was pushed back since; -1 for none
-- ARGV[9]  pause_ms     how long the destination asked to be left alone; 0 if it did not
-- ARGV[10] heard        1 if it has answered since, -1 if it answers nothing, 0 if neither is known
-- ARGV[11] slowness     how many times longer answers took than they can; 0 if that is not known
-- ARGV[12] in_flight    requests under way
-- ARGV[13] unspent      tokens of the last time that were not needed
-- ARGV[14] wanted       tokens that are needed until the next time
-- ARGV[15…] class of requests, seconds of the best answer to one since the last time: two a class
--
-- Returns {requests that the process may have in flight, how many once others have made room for it, epoch,
-- ms to wait before the next one, tokens or -1 where no rate is set, how the destination stands, and of each class of
-- requests that was told of, the seconds of the best answer that any process has had}

local call = redis.call
local process, alive_ms, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local rate, bound, patience_ms = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local answered, pushed, pause_ms, heard = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local slowness, in_flight, unspent, wanted =
  tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])
local INITIAL, CAUTION, MOST_ANSWERS, SLOW = 4, 25, 1000, 2
local BURST_SECONDS, PROBE_MS, GRANT_MS, FORGOTTEN_MS, FORGET_MS = 0.3, 1000, 7000, 30000, 86400000
local DOUBLED_MS = 600000
local clock = call('TIME')
local now_us = clock[1] * 1000000 + clock[2]
local now = math.floor(now_us / 1000)

local function number(field, otherwise) return tonumber(call('HGET', KEYS[1], field)) or otherwise end

-- include shared/gain.lua

local function hold(member, requests)
  local before = tonumber(call('ZSCORE', KEYS[4], member)) or 0
  call('HINCRBY', KEYS[1], 'held', requests - before)
  if requests > 0 then call('ZADD', KEYS[4], requests, member) else call('ZREM', KEYS[4], member) end
end

local function leave(member)
  hold(member, 0)
  call('ZREM', KEYS[3], member)
  call('ZREM', KEYS[2], member)
  call('ZREM', KEYS[5], member)
  call('ZREM', KEYS[6], member)
  if call('HGET', KEYS[1], 'prober') == member then call('HDEL', KEYS[1], 'prober') end
end

local function count_in()
  for _, member in ipairs(call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 10)) do leave(member) end
  if alive_ms == 0 then return leave(process) end
  call('ZADD', KEYS[3], now + alive_ms, process)
  call('ZADD', KEYS[2], 'NX', now, process)
  if rate > 0 then call('ZADD', KEYS[5], rate, process) else call('ZREM', KEYS[5], process) end
  if bound > 0 then call('ZADD', KEYS[6], bound, process) else call('ZREM', KEYS[6], process) end
end

-- Of the runs that share, the most cautious one speaks for all.
local function least(own, others)
  local least = math.min(own > 0 and own or math.huge, tonumber(others[2]) or math.huge)
  return least < math.huge and least or nil
end

local function after_an_answer(window, ceiling, most)
  return math.min(most, window + 1 / (window + 1 < ceiling and window or window * CAUTION))
end

-- Whoever refuses all that comes, as in a storm of 429, does not tell how much would have been too much.
local function cut(window, epoch, resume)
  if number('answered', 0) > number('cut', 0) then call('HSET', KEYS[1], 'ceiling', window, 'steep', window / 2) end
  call('HSET', KEYS[1], 'epoch', epoch + 1, 'cut', math.max(now, resume))
  return math.max(1, window / 2)
end

-- Each process doubles its own share: it has seen what becomes of so many.
local function doubled(window, steep, most)
  local own = math.max(1, tonumber(call('ZSCORE', KEYS[4], process)) or 0)
  return math.min(most, steep, window + math.min(answered, own))
end

local function grown(window, most)
  local ceiling, steep = number('ceiling', math.huge), number('steep', math.huge)
  if window < steep then return doubled(window, steep, most) end
  for _ = 1, math.min(answered, MOST_ANSWERS) do window = after_an_answer(window, ceiling, most) end
  if window > ceiling then call('HSET', KEYS[1], 'ceiling', window) end
  return window
end

local function adapted(window, resume, most, sharers)
  local epoch, base = number('epoch', 0), number('base')
  if pushed == epoch then
    if base then judged(window, 0, base) end
    return afresh(cut(window, epoch, resume), sharers)
  end
  if slowness > SLOW and window < number('steep', math.huge) then call('HSET', KEYS[1], 'steep', window) end
  local limit = math.min(most, number('enough', math.huge))
  if answered > 0 and slowness <= SLOW and window < limit and not base then
    return afresh(grown(window, limit), sharers)
  end
  return searched(window, most, sharers)
end

-- A process that may have less at once does; one that may have more waits until others have let go of it.
local function share_of(window, sharers)
  local due = math.floor(window / sharers)
  if call('ZRANK', KEYS[2], process) < window % sharers then due = due + 1 end
  due = math.min(limit, due)
  local own = tonumber(call('ZSCORE', KEYS[4], process)) or 0
  local share = math.max(0, math.min(due, math.max(own, window - number('held', 0) + own)))
  return share, due
end

-- A bucket that the rate fills: what is not needed comes back, and what nobody takes flows over.
local function drawn(per_second)
  if not per_second then return -1 end
  local brought = (now_us - number('refilled', now_us)) / 1000000 * per_second
  local burst = 1 + per_second * BURST_SECONDS
  local tokens = math.min(burst, number('tokens', 0) + brought + unspent)
  local granted = alive_ms > 0 and math.min(wanted, math.floor(tokens)) or 0
  call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'refilled', string.format('%.0f', now_us))
  return granted
end

-- It is in trouble from the first push-back until the next answer. Trouble that nobody has looked at for a while is
-- another one.
local function in_trouble()
  if heard > 0 then
    call('HSET', KEYS[1], 'answered', now)
    call('HDEL', KEYS[1], 'troubled', 'silent', 'prober')
    return false
  end
  local since = number('troubled')
  if not since and heard == 0 and pushed < 0 then return false end
  if not since or now - number('looked', 0) > FORGOTTEN_MS then call('HSET', KEYS[1], 'troubled', now) end
  call('HSET', KEYS[1], 'looked', now)
  return true
end

-- One breaker for all: it opens when a process hears nothing and no other has been answered lately. From then on one
-- process at a time has the probe, one request a second, until an answer closes it. The probe comes back with word
-- of it, or when its process leaves, or by itself.
local function is_silent()
  if heard < 0 and call('HGET', KEYS[1], 'prober') == process then call('HDEL', KEYS[1], 'prober') end
  if number('silent') then return true end
  if heard >= 0 or now - number('answered', 0) < PROBE_MS then return false end
  call('HSET', KEYS[1], 'silent', now, 'asked', now)
  return true
end

local function standing(troubled, silent)
  if troubled and now - number('troubled', now) > patience_ms then
    call('HSET', KEYS[1], 'troubled', now)
    return 'over'
  end
  if not silent then return 'answers' end
  local since = now - number('asked', 0)
  if since < PROBE_MS or (call('HEXISTS', KEYS[1], 'prober') == 1 and since < GRANT_MS) then return 'silent' end
  call('HSET', KEYS[1], 'asked', now, 'prober', process)
  return 'probe'
end

-- Who never was alone with the destination has not seen how fast it can be. The best counts as twice as long after
-- ten minutes, as a destination may have become slower for good.
local function best_of(class, seconds)
  local best, at = string.match(call('HGET', KEYS[7], class) or '', '(%S+) (%S+)')
  if best then seconds = math.min(seconds, best * 2 ^ (math.max(0, now - at) / DOUBLED_MS)) end
  call('HSET', KEYS[7], class, string.format('%.9f %.0f', seconds, now))
  return string.format('%.9f', seconds)
end

count_in()
local sharers = math.max(1, call('ZCARD', KEYS[2]))
local most = math.min(limit * sharers, least(bound, call('ZRANGE', KEYS[6], 0, 0, 'WITHSCORES')) or math.huge)
local troubled, silent = in_trouble(), is_silent()
local window = number('window', INITIAL)
local resume = math.max(number('resume', 0), pause_ms > 0 and now + pause_ms or 0)
if not silent then window = adapted(window, resume, most, sharers) end
window = math.min(window, most)
call('HSET', KEYS[1], 'window', tostring(window), 'resume', resume)
local wait, tokens = math.max(0, resume - now), drawn(least(rate, call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')))
local share, due = 0, 0
if alive_ms > 0 then
  if not silent then share, due = share_of(math.floor(window), sharers) end
  hold(process, math.max(share, in_flight))
end
call('PEXPIRE', KEYS[1], FORGET_MS)
call('PEXPIRE', KEYS[2], FORGET_MS)
call('PEXPIRE', KEYS[3], FORGET_MS)
call('PEXPIRE', KEYS[4], FORGET_MS)
call('PEXPIRE', KEYS[5], FORGET_MS)
call('PEXPIRE', KEYS[6], FORGET_MS)
call('PEXPIRE', KEYS[7], FORGET_MS)
local told = {share, due, number('epoch', 0), wait, tokens, alive_ms > 0 and standing(troubled, silent) or 'answers'}
for i = 15, #ARGV, 2 do told[#told + 1] = best_of(ARGV[i], tonumber(ARGV[i + 1])) end
return told
