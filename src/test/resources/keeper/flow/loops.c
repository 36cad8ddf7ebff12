void rounds(struct box *p, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (p->f == i)
			continue;
		if (p->g)
			break;
		one(i);
	}
	while (p->next)
		p = p->next;
	do {
		if (two(p))
			continue;
		three(p);
	} while (--n > 0);
	do
		once();
	while (0);
	for (struct box *q = p; ; q = q->next)
		if (!q)
			break;
	for (;;)
		four();
}

void forever(struct box *p)
{
	while (1) {
		if (p->stop)
			return;
		wait(p);
	}
}
