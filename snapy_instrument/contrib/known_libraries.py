"""All libraries with describers: importing this module registers them."""

from __future__ import annotations

__all__ = ["LIBRARIES"]

from snapy_instrument.contrib import click, django, sqlalchemy
from snapy_instrument.contrib.data import pandas, polars, pyarrow, torch
from snapy_instrument.contrib.web import aiohttp, httpx, requests, starlette, werkzeug

LIBRARIES = (aiohttp, click, django, httpx, pandas, polars, pyarrow, requests, sqlalchemy, starlette, torch, werkzeug)
"""The modules that describe one library each."""
