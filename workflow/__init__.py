"""Floor 4: what asks for an act.

The engine's front, guards and effects, the use cases of the process and the faces (command line, REST, OParl, web) live
here. This floor alone wires the others together, and may import all of them.
"""
