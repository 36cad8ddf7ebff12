int cleanup(struct box *p)
{
	int ret;

	mutex_lock(&p->lock);
again:
	ret = try(p);
	if (ret == -EAGAIN)
		goto again;
	if (ret)
		goto out;
	use(p);
out:
	mutex_unlock(&p->lock);
	return ret;
	never();
}

int into_the_dark(struct box *p)
{
	if (p->f)
		goto nowhere;
	return 0;
}

void threaded(void **table, int op)
{
	goto *table[op];
add:
	one();
	goto *table[op + 1];
sub:
	two();
}

int patched(struct box *p)
{
	int out;

	asm volatile("mov %1, %0" : "=r" (out) : "r" (p->f) : "memory");
	asm goto("jmp %l[slow]" : : "i" (&key) : : slow);
	return out;
slow:
	return take(p);
}
