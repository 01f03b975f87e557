-- ring: how many doorbells may ring now. Bells in flight are counted, so that a million ready nodes do not
-- ring a million times; one that was lost stops counting at its deadline.
--
-- KEYS[1]  run      hash  state
-- KEYS[2]  bells    zset  bell -> deadline (ms)
-- KEYS[3]  ready    list  nodes that wait for nothing
-- KEYS[4]  suspect  list  nodes whose worker died
-- KEYS[5]  walk     list  settled nodes whose dependents are being counted down
-- KEYS[6]  delayed  zset  node -> when to try again (ms)
-- KEYS[7]  leases   zset  token -> deadline (ms)
--
-- ARGV[1]  capacity bells that the workers can answer at once
-- ARGV[2]  batch    nodes that one bell is worth
-- ARGV[3]  bell_ms  how long a bell counts as in flight
-- ARGV[4…] bells    names for the bells that may ring
--
-- Returns the bells that are to be rung.

local call = redis.call
local capacity, batch, bell_ms = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function worth()
  local bells = math.ceil(call('LLEN', KEYS[3]) / batch) + call('LLEN', KEYS[4])
  if bells > 0 then return bells end
  local due = call('EXISTS', KEYS[5]) + call('ZCOUNT', KEYS[6], '-inf', now) + call('ZCOUNT', KEYS[7], '-inf', now)
  return math.min(1, due)
end

if call('HGET', KEYS[1], 'state') ~= 'running' then return {} end
call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local rung = {}
for i = 4, 3 + math.min(#ARGV - 3, worth(), capacity - call('ZCARD', KEYS[2])) do
  call('ZADD', KEYS[2], now + bell_ms, ARGV[i])
  rung[#rung + 1] = ARGV[i]
end
call('PEXPIRE', KEYS[2], bell_ms)
return rung
