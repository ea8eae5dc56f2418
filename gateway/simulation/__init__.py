"""What every vendor simulator shares: clock, recording and faults, routing, serving over a real socket.

A simulator is part of the package, but only tests, benchmarks and `cicd-gateway simulate` start one.
"""
