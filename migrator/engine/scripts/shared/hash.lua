-- A hash whose fields are read many at a time, and written when all is decided: a call costs more than what it does.
local Hash = {}
Hash.__index = Hash

local function hash(key)
  return setmetatable({key = key, known = {}, changed = {}}, Hash)
end

-- Ask for fields at once that will be asked for one by one.
function Hash:read(fields)
  if self.absent then return end
  -- Most often there is nothing that is blocked, has parts, or has killed a worker.
  if #fields > 1 and redis.call('EXISTS', self.key) == 0 then
    self.absent = true
    return
  end
  local known, new = self.known, {}
  for i = 1, #fields do
    local field = fields[i]
    if known[field] == nil then
      known[field] = false
      new[#new + 1] = field
    end
  end
  for from = 1, #new, 1000 do
    local values = redis.call('HMGET', self.key, unpack(new, from, math.min(from + 999, #new)))
    for i = 1, #values do known[new[from + i - 1]] = values[i] end
  end
end

-- The value of a field; false if it is not there.
function Hash:get(field)
  local value = self.known[field]
  if value == nil then
    value = not self.absent and redis.call('HGET', self.key, field)
    self.known[field] = value
  end
  return value
end

-- Change a field; false removes it.
function Hash:set(field, value)
  self.known[field], self.changed[field] = value, true
end

function Hash:write()
  local known, kept, gone = self.known, {}, {}
  for field in pairs(self.changed) do
    local value = known[field]
    if value then
      kept[#kept + 1] = field
      kept[#kept + 1] = value
    else
      gone[#gone + 1] = field
    end
  end
  for i = 1, #kept, 1000 do redis.call('HSET', self.key, unpack(kept, i, math.min(i + 999, #kept))) end
  for i = 1, #gone, 1000 do redis.call('HDEL', self.key, unpack(gone, i, math.min(i + 999, #gone))) end
end
