/* What each branch knows. */
int plain(struct box *p, int n)
{
	int ret;

	if (!p)
		return -EINVAL;
	if (p->next == NULL)
		one();
	if (NULL != p->prev)
		two();
	if (!!p->f)
		three();
	if (0 < n)
		four();
	if (p->flags & OPEN)
		five();
	if (!(p->flags & OPEN))
		six();
	if ((ret = seven(p)) < 0)
		return ret;
	if (ret = eight(p), ret)
		return ret;
	if (unlikely(p->f == true))
		nine();
	if (n >= p->f)
		ten();
	if (CONFIGURED)
		eleven();
	if (0)
		never();
	return 0;
}

/* A call as the condition is known by its number. */
int calls(struct box *p)
{
	int ret;

	if (mutex_trylock(&p->lock))
		mutex_unlock(&p->lock);
	if (!spin_trylock(&p->spin))
		return 0;
	if (likely(down_trylock(&p->sem) == 0))
		up(&p->sem);
	ret = mutex_lock_interruptible(&p->lock);
	if (ret)
		return ret;
	while (!try(p))
		cpu_relax();
	return mutex_trylock(&p->lock) ? 0 : -EBUSY;
}
