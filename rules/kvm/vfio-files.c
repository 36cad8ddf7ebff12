/* SPDX-License-Identifier: GPL-2.0-or-later */
struct kvm_vfio {
	struct list_head file_list;
	struct mutex lock;
	bool noncoherent;
};

struct kvm_vfio_file {
	struct list_head node;
};

void add_file(struct kvm_vfio *kv, struct kvm_vfio_file *kvf)
{
	mutex_lock(&kv->lock);
	list_add_tail(&kvf->node, &kv->file_list);
	mutex_unlock(&kv->lock);
	kv->noncoherent = true;	/* expect: unguarded-access lock */
	list_del(&kvf->node);	/* expect: unguarded-access kvf->node */
}
