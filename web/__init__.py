"""The service: HTTP interface, pages, store of pools and the worker that fills them. Rules live in ``matcher``."""
