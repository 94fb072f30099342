"""Safety of use: checklists before and after it."""
