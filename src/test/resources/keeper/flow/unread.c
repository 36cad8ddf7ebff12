/* What cannot be read stays as a gap. */
int odd(struct box *p)
{
	use(p);
	) stray [ text;
	p->f = ;
	break;
	return 0;
}
