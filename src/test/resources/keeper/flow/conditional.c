/* A condition within a value. */
int choose(struct box *p, bool atomic, int n)
{
	gfp_t gfp = atomic ? GFP_ATOMIC : GFP_KERNEL;
	struct box *q = find(p) ?: p->spare;
	int larger = n > 3 ? n : larger;

	use(p ? p->f : 0, gfp);
	use(atomic ? 1 : n);
	if (p ? p->open : q->open)
		found();
	if (q->a ?: q->b)
		found();
	p->next = n == 1 ? p->a : n == 2 ? p->b : NULL;
	return q ? 0 : -ENOENT;
}

bool is_open(struct box *p)
{
	return p->open && !p->shut;
}

int found_or(struct box *p)
{
	return find(p) ?: make(p);
}
