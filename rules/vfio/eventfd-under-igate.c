/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_core_device {
	struct mutex igate;
	struct mutex memory;
	struct eventfd_ctx *err_trigger;
	struct eventfd_ctx *req_trigger;
};

/* As in 2020: put and cleared while a request may signal it. */
static void close_device(struct vfio_device *core)
{
	struct vfio_pci_core_device *vdev = container_of(core, struct vfio_pci_core_device, vdev);

	mutex_lock(&vdev->memory);
	if (vdev->err_trigger) {
		eventfd_ctx_put(vdev->err_trigger);	/* expect: unguarded-access igate */
		vdev->err_trigger = NULL;	/* expect: unguarded-access igate */
	}
	mutex_unlock(&vdev->memory);
}

/* In order. */
static void close_device_guarded(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->igate);
	if (vdev->req_trigger) {
		eventfd_ctx_put(vdev->req_trigger);
		vdev->req_trigger = NULL;
	}
	mutex_unlock(&vdev->igate);
}

/* Plain readers need it too. */
static void request(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->igate);
	if (vdev->req_trigger)
		eventfd_signal(vdev->req_trigger, 1);
	mutex_unlock(&vdev->igate);
	note(vdev->req_trigger);	/* expect: unguarded-access igate */
}

/* In order: a reader of the RCU pointer. */
static void error_detected(struct vfio_pci_core_device *vdev)
{
	struct eventfd_ctx *ctx;

	rcu_read_lock();
	ctx = rcu_dereference(vdev->err_trigger);
	if (ctx)
		eventfd_signal(ctx);
	rcu_read_unlock();
}

/* In order: the device is not known to anybody yet. */
static int vfio_pci_core_init_dev(struct vfio_pci_core_device *vdev)
{
	vdev->err_trigger = NULL;
	return 0;
}

/* The device of a variant driver has it inside. */
struct variant_device {
	struct vfio_pci_core_device core;
};

static void variant_reset(struct variant_device *variant)
{
	mutex_lock(&variant->core.igate);
	variant->core.req_trigger = NULL;
	mutex_unlock(&variant->core.igate);
	variant->core.req_trigger = NULL;	/* expect: unguarded-access igate */
}
