// Names and attributes: what stands before a brace in column 0.
static int __init plain_init(void)
{
	return 0;
}

struct foo *find_foo(struct list_head *head, const char *name, int (*match)(struct foo *, void *), u8 mac[6], ...)
	__must_hold(&foo_lock) __acquires(&foo->lock)
{
	return NULL;
}

__printf(2, 3) static inline void say(struct foo *foo, const char *fmt, ...)
{
}

static __always_inline bool
__must_check
is_ready(const struct foo *foo __maybe_unused)
{ return foo->ready; }

static inline int one_line(int a) { return a; }

SYSCALL_DEFINE3(fetch, unsigned int, fd, char __user *, buf, size_t, count)
{
	return 0;
}

COMPAT_SYSCALL_DEFINE0(nothing)
{
	return 0;
}

BPF_CALL_2(bpf_peek, struct bpf_map *, map, u64, flags)
{
	return 0;
}

static STORE(limit)
{
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(stats)

MODULE_ALIAS("late")
static unsigned long (*pick_op(int which, void *p))(unsigned long)
{
	return NULL;
}

static int FNAME(walk)(struct walker *walker, gva_t addr)
{
	return 0;
}

void __attribute__((weak)) arch_hook(void) { }

#ifdef CONFIG_A
int two_heads(int a)
{
#else
int two_heads(void)
{
#endif
	return 1;
}

define_board(x) {
	.name = "x",
	.init = board_init,
};

static int tail_after_bad_indentation(void)
{
	int i;
	static const int t[] = {
		1,
};

	for (i = 0; i < 3; i++) {
		use(t[i]);

}
	return 0;
}

static int closes_its_switch_in_column_0(int a)
{
	switch (a) {
	case 1:
		break;
}
}

static DEF_COMMAND(queue_command)

enum action {
	ABORT,
	RESET,
};

struct list_head *
find_list(void)
{
	return NULL;
}

static const struct row rows[] = {
{ 1,
	{ 0x2000, 0 } },
{ 2, { 0x10,
	0 } },
};

SYSCALL_DEFINE1(32_fetch, int, fd)
{
	return 0;
}

__kernel_time_t __vdso_clock(__kernel_time_t *t)
{
	return 0;
}

SELFTEST_DECLARE(static struct control {
	bool fail:1;
} control;)

#ifdef CONFIG_A
static void hushed(void)
{
}
QUIET_SYMBOL(hushed)
#else
static void hushed(void)
{
}
#endif

static const u16
(*pick_matrix(struct dev *dev, bool wide))[4]
{
	return matrices[wide];
}
