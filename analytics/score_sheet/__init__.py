"""The score sheet of Appendix 3: five KPIs, the authorised person's scores, the final mark."""
