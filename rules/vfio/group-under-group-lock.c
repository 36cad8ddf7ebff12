/* SPDX-License-Identifier: GPL-2.0-or-later */
/* in: drivers/vfio/group.c */
struct vfio_group {
	struct mutex group_lock;
	struct mutex device_lock;
	spinlock_t kvm_ref_lock;
	struct vfio_container *container;
	struct iommu_group *iommu_group;
	unsigned int container_users;
	struct file *opened_file;
	struct iommufd_ctx *iommufd;
	unsigned int cdev_device_open_cnt;
	struct kvm *kvm;
	struct list_head device_list;
};

struct vfio_device_set {
	struct mutex lock;
};

struct vfio_device {
	struct vfio_device_set *dev_set;
	struct vfio_group *group;
	struct list_head group_next;
};

static struct vfio {
	struct list_head group_list;
	struct mutex group_lock;
} vfio;

void put_in(struct vfio_group *group, struct vfio_container *container)
{
	mutex_lock(&group->group_lock);
	group->container = container;
	group->container_users = 1;
	mutex_unlock(&group->group_lock);
	group->opened_file = NULL;	/* expect: unguarded-access group_lock */
	group->container_users = 0;	/* expect: unguarded-access group_lock */
	group->kvm = NULL;	/* expect: unguarded-access kvm_ref_lock */
}

void open_backwards(struct vfio_device *device)
{
	mutex_lock(&device->dev_set->lock);
	mutex_lock(&device->group->group_lock);	/* expect: lock-order group_lock */
	mutex_unlock(&device->group->group_lock);
	mutex_unlock(&device->dev_set->lock);
}

void join(struct vfio_device *device)
{
	mutex_lock(&device->group->device_lock);
	list_add(&device->group_next, &device->group->device_list);
	mutex_unlock(&device->group->device_lock);
	list_del(&device->group_next);	/* expect: unguarded-access device->group_next */
}

void announce(struct list_head *item)
{
	mutex_lock(&vfio.group_lock);
	list_add(item, &vfio.group_list);
	mutex_unlock(&vfio.group_lock);
	list_add(item, &vfio.group_list);	/* expect: unguarded-access vfio.group_lock */
}
