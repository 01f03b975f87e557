-- Gain: the work that a destination does with a window, in requests that it would answer at a time if each were alone.
-- By Little's law that is window / slowness. Where answers wait for each other, the next smaller or larger window is tried
-- for as long as it takes to measure it; the larger of two has to do a tenth more. What was tried in vain is tried again,
-- after twice as many measures as the last time.

local WORTH, ANSWERS, SOON, RARELY, FARTHER = 1.1, 20, 6, 48, 1.3

-- From now on another window is measured: a process hears of it with its next report, and tells of it with the second.
local function moved(window, sharers)
  call('HSET', KEYS[1], 'unsettled', 2 * sharers, 'measured', 0, 'slow', 0)
  return window
end

-- Nothing that was measured is of this window.
local function afresh(window, sharers)
  call('HDEL', KEYS[1], 'gain', 'base', 'tried')
  return moved(window, sharers)
end

-- The gain of the window, once so many have been answered that it means something.
local function measured(window)
  if number('unsettled', 0) > 0 then return call('HINCRBY', KEYS[1], 'unsettled', -1) and nil end
  if slowness == 0 then return nil end
  local answers = call('HINCRBY', KEYS[1], 'measured', answered)
  local slow = call('HINCRBYFLOAT', KEYS[1], 'slow', answered * slowness)
  if answers < math.max(ANSWERS, 2 * window) then return nil end
  call('HSET', KEYS[1], 'measured', 0, 'slow', 0)
  return math.floor(window) * answers / slow
end

local function is_better(window, gain, other, its_gain)
  if window > other then return gain > its_gain * WORTH end
  return gain * WORTH >= its_gain
end

-- It stays where it is better, and soon looks further. What is better than more is enough: it grows by itself no more.
local function stays(window, gain, left)
  local less = window < left
  call('HSET', KEYS[1], 'gain', gain, 'rest', 1, 'pause', SOON)
  call('HSET', KEYS[1], 'enough', less and window or 'inf', 'next', less and 'less' or 'more')
  return window
end

-- Less that was tried in vain is compared once more with what one has returned to: with less in flight, one learns how
-- fast an answer can be, so that all that was measured before was too good.
local function returns(window, tried, gain)
  local pause, more = number('pause', SOON), tried > window
  call('HSET', KEYS[1], 'rest', pause, 'pause', math.min(RARELY, 2 * pause), 'next', more and 'less' or 'more')
  if more then call('HSET', KEYS[1], 'enough', window) else call('HSET', KEYS[1], 'tried', tried, 'tried_gain', gain) end
  return window
end

local function power_of_two(least)
  local power = 1
  while power < least do power = 2 * power end
  return power
end

-- No window does more than it is large: while hardly an answer waits, less cannot do as much, and it grows by itself.
local function another(window, gain, most)
  local less, more = power_of_two(window / FARTHER / 2), math.min(most, power_of_two(window * FARTHER))
  less = window > 1 and gain <= less * WORTH and less
  more = more > window and (gain < window / 2 or window >= number('enough', math.huge)) and more
  if call('HGET', KEYS[1], 'next') == 'more' then return more or less end
  return less or more
end

local function rests(window, gain, most)
  local tried, its_gain = number('tried'), number('tried_gain')
  call('HDEL', KEYS[1], 'tried')
  if tried and is_better(tried, its_gain, window, gain) then return stays(tried, its_gain, window) end
  gain = (number('gain', gain) + gain) / 2
  local rest = number('rest', 1) - 1
  call('HSET', KEYS[1], 'gain', gain, 'rest', rest)
  local other = rest <= 0 and another(window, gain, most)
  if other then call('HSET', KEYS[1], 'base', window) end
  return other or window
end

local function judged(window, gain, base)
  call('HDEL', KEYS[1], 'base')
  if is_better(window, gain, base, number('gain')) then return stays(window, gain, base) end
  return returns(base, window, gain)
end

local function searched(window, most, sharers)
  local gain, base = measured(window), number('base')
  if not gain then return window end
  local found = base and judged(window, gain, base) or rests(window, gain, most)
  if found == window then return window end
  return moved(found, sharers)
end
