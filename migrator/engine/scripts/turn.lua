-- turn: a run goes from one state to another, unless somebody was faster.
--
-- KEYS[1]  run      hash  state, reason (why it is in it), ended (ms)
--
-- ARGV[1]  to       the new state
-- ARGV[2]  reason   why; '' where that needs no words
-- ARGV[3…] states   from which it may be reached
--
-- Returns the state that the run is in now.

local state = redis.call('HGET', KEYS[1], 'state')
for i = 3, #ARGV do
  if state == ARGV[i] then
    redis.call('HSET', KEYS[1], 'state', ARGV[1], 'reason', ARGV[2])
    if ARGV[1] == 'cancelled' then
      local clock = redis.call('TIME')
      redis.call('HSET', KEYS[1], 'ended', clock[1] * 1000 + math.floor(clock[2] / 1000))
    end
    return ARGV[1]
  end
end
return state
