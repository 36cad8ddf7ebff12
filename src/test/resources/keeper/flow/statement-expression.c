int inner(struct box *p)
{
	int max = ({
		int a = p->a, b = p->b;
		a > b ? a : b;
	});
	int held = ({ guard(mutex)(&p->lock); p->f; });

	use(({ if (!p->g) return -EINVAL; p->g; }));
	wait_event_cmd(p->wait, p->done, spin_unlock(&p->spin), spin_lock(&p->spin));
	nla_put_failure(p, goto fail);
	if (({ try(p); }))
		max++;
	return max + held;
fail:
	return -EMSGSIZE;
}
