"""Describers: what makes plain data of one type. Each type's describer is chosen once."""
