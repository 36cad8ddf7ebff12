/* SPDX-License-Identifier: GPL-2.0-or-later */
struct valve {
	struct list_head node;
	struct rcu_head rcu;
	refcount_t users;
	int flow;
};

struct pump {
	struct list_head valves;
	struct valve __rcu *main;
	struct rhashtable table;
	struct work_struct work;
	struct mutex lock;
};

/* The section has ended, and with it the promise that the valve stays. */
int pump_flow(struct pump *pump)
{
	struct valve *valve;

	rcu_read_lock();
	valve = rcu_dereference(pump->main);
	rcu_read_unlock();
	return valve->flow;	/* expect: rcu-misuse valve->flow */
}

/* In order: read in the section. */
int pump_flow_now(struct pump *pump)
{
	struct valve *valve;
	int flow = 0;

	rcu_read_lock();
	valve = rcu_dereference(pump->main);
	if (valve)
		flow = valve->flow;
	rcu_read_unlock();
	return flow;
}

/* In order: a count keeps it. */
struct valve *pump_valve(struct pump *pump)
{
	struct valve *valve;

	rcu_read_lock();
	valve = rcu_dereference(pump->main);
	if (valve && !refcount_inc_not_zero(&valve->users))
		valve = NULL;
	rcu_read_unlock();
	if (valve)
		valve->flow++;
	return valve;
}

/* A work item is not called in a section. */
static void pump_work(struct work_struct *work)
{
	struct pump *pump = container_of(work, struct pump, work);
	struct valve *valve;
	int flow = 0;

	list_for_each_entry_rcu(valve, &pump->valves, node)	/* expect: rcu-misuse list_for_each_entry_rcu */
		flow += valve->flow;
	report(pump, flow);
}

void pump_init(struct pump *pump)
{
	INIT_WORK(&pump->work, pump_work);
}

/* The lookup has left its own section before the count is read. */
static struct valve *pump_find(struct pump *pump, u32 id)
{
	struct valve *valve;

	mutex_lock(&pump->lock);
	valve = rhashtable_lookup_fast(&pump->table, &id, valve_params);
	if (valve && !refcount_inc_not_zero(&valve->users))	/* expect: rcu-misuse valve->users */
		valve = NULL;
	mutex_unlock(&pump->lock);
	return valve;
}

/* Readers may still be on their way through it. */
void pump_drop(struct pump *pump, struct valve *valve)
{
	mutex_lock(&pump->lock);
	list_del_rcu(&valve->node);
	mutex_unlock(&pump->lock);
	kfree(valve);	/* expect: rcu-misuse valve */
}

/* In order: they have time to leave. */
void pump_drop_later(struct pump *pump, struct valve *valve)
{
	list_del_rcu(&valve->node);
	kfree_rcu(valve, rcu);
}

/* In order. */
void pump_drop_last(struct pump *pump, struct valve *valve)
{
	list_del_rcu(&valve->node);
	synchronize_rcu();
	kfree(valve);
}
