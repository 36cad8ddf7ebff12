int state(struct box *p)
{
	int ret = 0;

	switch (p->state) {
	case IDLE:
		start(p);
		fallthrough;
	case RUNNING:
		ret = 1;
		break;
	case 'a' ... 'z':
		return 2;
	default:
		ret = -EINVAL;
	}
	switch (ask(p)) {
	case 1: {
		guard(mutex)(&p->lock);
		ret = p->f;
		break;
	}
	case 2:
		for (;;) {
			switch (p->g) {
			case 3:
				continue;
			case 4:
				break;
			}
			break;
		}
	}
	return ret;
}
