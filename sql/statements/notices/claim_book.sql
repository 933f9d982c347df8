-- One look at a time notes what it found, so that each change is seen once; who reads is not held up.
LOCK TABLE notices IN SHARE ROW EXCLUSIVE MODE
