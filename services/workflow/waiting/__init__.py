"""What a process waits for: jobs, messages, signals, timers, and somebody who mends an incident."""
