"""Respondents that speak only public HTTP: demonstration data, load, benchmarks."""
