void broken(struct box *p)
{
	if (!p)
		BUG();
	if (p->f)
		panic("%s: f is %d\n", __func__, p->f);
	else
		use(p);
	switch (p->g) {
	case 1:
		break;
	default:
		unreachable();
	}
}
