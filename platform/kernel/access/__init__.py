"""Who a person is, what they may do, and how that is known.

Import from the parts: `rights` (allowed, visible, require), `people`, `roles`, `delegations`, `tokens`, `support`.
"""
