-- reopen: nodes of a finished run that failed or were skipped are unsettled again, for a retry. It takes many calls;
-- whoever makes the first one ends the calls of whoever began before, and the last one lets the run go on.
--
-- KEYS[1]  run      hash  state, settled (how many), ended (ms), reopening (token and number of the next call)
-- KEYS[2]  degree   hash  node -> dependencies that have not settled yet
-- KEYS[3]  blocked  hash  node -> a failed or skipped node that it needs
-- KEYS[4]  ready    list  nodes that wait for nothing
-- KEYS[5]  walk     list  fields of dependents: pieces of settled nodes that are to be counted down
-- KEYS[6]  outcome  hash  node -> "created", "failed {…}", "skipped 17", …
-- KEYS[7]  tally    hash  "outcome group" -> how many nodes
-- KEYS[8]  tries    hash  node -> attempts that are to be repeated
-- KEYS[9]  crashes  hash  node -> workers that died holding it
-- KEYS[10] failures zset  node that failed -> when (ms)
--
-- ARGV[1]  token    of this retry
-- ARGV[2]  number   of this call, from 0; a call that is repeated changes nothing
-- ARGV[3]  last     1 if it is the last one
-- ARGV[4…] node, degree, group: the dependencies that are unsettled in this retry; '' for no group
--
-- Returns 1, or 0 if the run is not finished, or somebody else has begun a retry.

local call = redis.call
local token, number, last = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'

-- What an earlier retry that was not brought to its end has left.
local function begin()
  call('UNLINK', KEYS[4])
  call('UNLINK', KEYS[5])
  call('HSET', KEYS[1], 'reopening', token .. ' 0')
end

-- It may have written before it failed, so its next attempt looks first; earlier crashes are forgiven.
local function unsettle(node, group)
  local outcome = string.match(call('HGET', KEYS[6], node) or '', '^%S+')
  if not outcome then return end
  call('HDEL', KEYS[6], node)
  call('ZREM', KEYS[10], node)
  call('HINCRBY', KEYS[7], group == '' and outcome or outcome .. ' ' .. group, -1)
  call('HINCRBY', KEYS[1], 'settled', -1)
  call('HSET', KEYS[8], node, 1)
  call('HDEL', KEYS[9], node)
end

local function let_wait(node, degree)
  call('HDEL', KEYS[3], node)
  if degree ~= '0' then
    call('HSET', KEYS[2], node, degree)
  else
    call('HDEL', KEYS[2], node)
    call('RPUSH', KEYS[4], node)
  end
end

if call('HGET', KEYS[1], 'reopening') == token .. ' ' .. (number + 1) then return 1 end
if call('HGET', KEYS[1], 'state') ~= 'finished' then return 0 end
if number == 0 then begin() end
if call('HGET', KEYS[1], 'reopening') ~= token .. ' ' .. number then return 0 end
for i = 4, #ARGV, 3 do
  unsettle(ARGV[i], ARGV[i + 2])
  let_wait(ARGV[i], ARGV[i + 1])
end
call('HSET', KEYS[1], 'reopening', token .. ' ' .. (number + 1))
if last then
  call('HSET', KEYS[1], 'state', 'running', 'reason', '')
  call('HDEL', KEYS[1], 'ended')
end
return 1
