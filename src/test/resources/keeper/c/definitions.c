/* Everything at the top level that is no function. */
struct box {
	/* protects items and the
	 * list behind it */
	struct mutex lock;
	struct item *items __guarded_by(&lock); /* protected by lock */
	struct list_head list;	// under @lock too
	void __rcu *peek, **table[4];
	unsigned int open:1, dead:1;
	int (*notify)(struct box *box, int what);
	union {
		u32 word;
		struct { u16 low, high; };
	};
	struct inner {
		spinlock_t lock;
	} inner, *link;
#ifdef CONFIG_BOX_DEBUG
	u64 stamp;
#else
	u32 small_stamp;
#endif
#if 0
	int dead_member;
#endif
	DECLARE_BITMAP(seen, 64);
	struct_group(tail,
		u8 a;	/* first */
		u8 b;
	);
	struct base;
} __packed;

typedef struct { int raw; } raw_t;
typedef int (*box_fn)(struct box *);

static DEFINE_MUTEX(box_list_lock);
static DEFINE_SPINLOCK(box_lock) __maybe_unused;
DEFINE_PER_CPU(struct box, box_cpu);
static LIST_HEAD(box_list); /* all boxes */
static struct box *first_box __read_mostly, boxes[8];
extern int box_limit;
int box_count = 3;

static const struct box_ops my_ops = {
	.owner = THIS_MODULE,
	.open = my_open,
	.close = &my_close,
	.more = { .poll = my_poll },
	.flags = 3,
};

static const struct id_table ids[] = {
	{ 1, my_probe },
	{ },
};

int box_get(struct box *box, int n) __must_hold(&box->lock);
void box_put(struct box *box);

#define BOX_MAX 4
#define box_lock(b) mutex_lock(&(b)->lock)
#define box_unlock(b) do { mutex_unlock(&(b)->lock); } while (0)
#define box_each(b, ...) \
	for (b = first_box; \
	     b; b = b->next)

static inline void box_lock_irq(struct box *box)
{
	spin_lock_irq(&box->inner.lock);
}

static inline bool box_trylock(struct box *box)
{
	return mutex_trylock(&box->lock);
}

DEFINE_GUARD(box, struct box *, box_lock(_T), box_unlock(_T))
DEFINE_GUARD_COND(box, _try, box_trylock(_T))
DEFINE_FREE(box_put, struct box *, if (_T) box_put(_T))
DEFINE_LOCK_GUARD_1(box_irq, struct box, box_lock_irq(_T->lock), box_unlock_irq(_T->lock), int flags)
DEFINE_LOCK_GUARD_0(quiet, quiet_enter(), quiet_leave())
DEFINE_CLASS(box_ref, struct box *, box_put(_T), box_find(id), int id)
