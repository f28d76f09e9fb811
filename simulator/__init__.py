"""A simulated Twilio Studio that misbehaves on demand, for tests and demonstrations."""
