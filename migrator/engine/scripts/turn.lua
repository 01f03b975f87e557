-- turn: a run goes from one state to another, unless somebody was faster.
--
-- KEYS[1]  run      hash  state
--
-- ARGV[1]  state    the new one
-- ARGV[2…] states   from which it may be reached
--
-- Returns the state that the run is in now.

local state = redis.call('HGET', KEYS[1], 'state')
for i = 2, #ARGV do
  if state == ARGV[i] then
    redis.call('HSET', KEYS[1], 'state', ARGV[1])
    return ARGV[1]
  end
end
return state
