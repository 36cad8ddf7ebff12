/* One storage, one spelling. */
void spelled(struct box *p, struct box x, struct box **pp)
{
	(*p).f = 1;
	(&x)->f = 2;
	(&p->in)->g = 3;
	(*pp)->f = 4;
	**pp = x;
	*&x = *p;
	p = &*p;
	p = &(*p).in.box;
	(p + 1)->f = 5;
	((struct crate *)p)->f = 6;
	p[0].f = p[x.f].f;
	to_box(p->dev)->f = 7;
	container_of(p, struct crate, box)->g = 8;
	container_of(work, struct crate, work)->g = 9;
	(p = x.next)->f = 10;
	likely(p)->f = READ_ONCE(p->g);
	WRITE_ONCE(p->f, 11);
	smp_store_release(&p->f, p->g);
	per_cpu(boxes, 0).f = 12;
	(x.f ? p : *pp)->f = 13;
}
