"""The pages: rendered here, complete without JavaScript, with live parts added on top.
One module a room, as in `api.v1`; each says what it shows and leaves what is done to a service.
`frame` renders, `words` speaks.
"""
