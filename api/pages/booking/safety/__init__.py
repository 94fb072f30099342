"""Pages of safe use: checklists before and after it."""
