"""What the tests of the examples run handlers in: a Runtime API, a simulated AWS, AWS's emulator. All of it on loopback."""
