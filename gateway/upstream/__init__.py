"""HTTP towards providers, knowing no provider. Start reading at `transport.py`: it lists the whole stack."""
