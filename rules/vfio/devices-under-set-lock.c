/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_device_set {
	struct mutex lock;
	struct list_head device_list;
};

struct vfio_device {
	struct vfio_device_set *dev_set;
	struct list_head dev_set_list;
	unsigned int open_count;
	struct kvm *kvm;
	u8 cdev_opened;
};

struct vfio_device_file {
	struct vfio_device *device;
	spinlock_t kvm_ref_lock;
	struct kvm *kvm;
	struct iommufd_ctx *iommufd;
};

struct vfio_pci_core_device {
	struct vfio_device vdev;
	struct mutex igate;
};

void open_first(struct vfio_device *device)
{
	mutex_lock(&device->dev_set->lock);
	device->open_count++;
	mutex_unlock(&device->dev_set->lock);
	device->cdev_opened = 1;	/* expect: unguarded-access dev_set->lock */
	device->kvm = NULL;	/* expect: unguarded-access dev_set->lock */
}

void leave_set(struct vfio_device *device)
{
	list_del(&device->dev_set_list);	/* expect: unguarded-access device->dev_set_list */
}

void unbind(struct vfio_device_file *df)
{
	iommufd_ctx_put(df->iommufd);	/* expect: unguarded-access df->iommufd */
	df->iommufd = NULL;	/* expect: unguarded-access df->iommufd */
	spin_lock(&df->kvm_ref_lock);
	df->kvm = NULL;
	spin_unlock(&df->kvm_ref_lock);
	df->kvm = NULL;	/* expect: unguarded-access kvm_ref_lock */
}

void close_inside_out(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->igate);
	mutex_lock(&vdev->vdev.dev_set->lock);	/* expect: lock-order dev_set->lock */
	mutex_unlock(&vdev->vdev.dev_set->lock);
	mutex_unlock(&vdev->igate);
}
