/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_core_device {
	struct mutex ioeventfds_lock;
	struct list_head ioeventfds_list;
	int ioeventfds_nr;
};

struct vfio_pci_ioeventfd {
	struct list_head next;
};

static void add_one(struct vfio_pci_core_device *vdev, struct vfio_pci_ioeventfd *ioeventfd)
{
	mutex_lock(&vdev->ioeventfds_lock);
	list_add(&ioeventfd->next, &vdev->ioeventfds_list);
	mutex_unlock(&vdev->ioeventfds_lock);
	vdev->ioeventfds_nr++;	/* expect: unguarded-access ioeventfds_lock */
}

static void drop_one(struct vfio_pci_ioeventfd *ioeventfd)
{
	list_del(&ioeventfd->next);	/* expect: unguarded-access ioeventfd->next */
}

/* In order: the last close. */
static void vfio_pci_core_disable(struct vfio_pci_core_device *vdev)
{
	vdev->ioeventfds_nr = 0;
}
