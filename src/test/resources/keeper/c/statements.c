/* Every statement. */
static int walk(struct ring *ring, int mode)
{
	int err = 0;

	if (!ring)
		return -EINVAL;
	else if (mode == 1)
		err = 1;
	else {
		err = 2;
	}
	while (ring->busy)
		cpu_relax();
	do {
		err++;
		if (err > 3)
			break;
	} while (ring_more(ring));
	for (;;) {
		if (ring_done(ring))
			continue;
		goto out;
	}
	switch (mode) {
	case RING_A:
	case 3 ... 5:
		err = 1;
		fallthrough;
	case 'x': {
		err = 2;
		break;
	}
	default:
		;
	}
	asm volatile("mfence" ::: "memory");
	asm("xchg %0, %1" : "+r" (err), [p] "+m" (ring->word) : "i" (4) : "cc");
	asm goto("1: jmp %l[out]" : : "r" (mode) : : out, again);
again:
	goto *ring->targets[mode];
	__attribute__((fallthrough));
out:
	return err;
}
