void values(struct box *p, int n)
{
	struct box local = { .f = p->f, .g = { [2] = make(n) }, };
	struct box *made = &(struct box){ .f = n };
	unsigned long size = sizeof(*p) + sizeof(struct box), bits;
	DECLARE_BITMAP(map, 32);
	const char *name = "one" "two";
	double half = 0.5;
	char c = 'x';

	p->ops->open(p, map);
	(*p->release)(p);
	made->call = n ? one : two;
	made->call(~n, !n, -n, n << 3, (u32)n, (n & 3) == 2);
	offsetof(struct box, member);
	bits = _Generic(n, int: one(n), default: two(n));
	use((n + 1) * 2 - (n - (3 - n)));
	use(a_rather_long_name_of_a_function(p->first_member_with_a_long_name, p->second_member_with_a_long_name) + another_rather_long_name_of_a_function(p->third_member_with_a_long_name, p->fourth_member_with_a_long_name, p->fifth_member_with_a_long_name));
	table = &&here;
here:
	;
}
