/* Scope objects end on every path, the innermost first. */
int guards(struct box *p)
{
	guard(mutex)(&p->lock);
	if (p->f)
		return p->g;
	{
		guard(spinlock_irqsave)(&p->spin);
		if (p->a)
			goto out;
		if (p->b)
			return work(p);
		use(p);
	}
	scoped_guard(rcu)
		look(p);
	scoped_guard(mutex, &p->inner) {
		if (p->c)
			break;
		if (p->d)
			return 1;
	}
	while (more(p)) {
		guard(rwsem_read)(&p->sem);
		if (p->e)
			continue;
		if (p->h)
			break;
		use(p);
	}
out:
	return 0;
}

int maybe(struct box *p)
{
	int ret = 0;

	scoped_cond_guard(mutex_intr, return -EINTR, &p->lock) {
		use(p);
	}
	scoped_cond_guard(mutex_try, ret = -EBUSY, &p->lock)
		use(p);
	scoped_guard(mutex_try, &p->lock)
		use(p);
	return ret;
}

struct box *freed(int n)
{
	struct box *p __free(kfree) = kzalloc(sizeof(*p), GFP_KERNEL);
	CLASS(fd, f)(n);

	if (!p)
		return NULL;
	if (f.file == NULL)
		return ERR_PTR(-EBADF);
	again:
	if (n--) {
		int *q __free(kfree) = NULL;
		goto again;
	}
	return_ptr(p);
}
