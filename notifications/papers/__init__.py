"""Papers that leave the house: answers, Verfügungen, extracts. One model, layouts as data, three writers."""
