-- renew: a worker that is alive keeps its leases.
--
-- KEYS[1]  leases    zset  token -> deadline (ms)
--
-- ARGV[1]  lease_ms  how long from now
-- ARGV[2…] tokens
--
-- Returns the tokens that are lost: they were reaped, and another worker may hold their nodes by now. One whose
-- deadline has passed is not lost before somebody has reaped it.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lost = {}
for i = 2, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
