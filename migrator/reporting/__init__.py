"""Reports: one model, from a plan or from a run's ledger, and how it is shown."""
