/* The right side is only evaluated when the left one lets it. */
int sides(struct box *p, struct box *q)
{
	int both;

	if (p && p->open || q->open && try(q))
		found();
	if (!(p->a && q->a))
		missed();
	both = p->a && q->a;
	use(p->b || q->b);
	p->a && go(p);
	both = !try(p);
	both = p->f == q->f;
	return p->c == q->c;
}
