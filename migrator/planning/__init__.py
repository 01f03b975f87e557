"""Planning: from two inventories to a plan. Pure: no request, no file, no clock."""
