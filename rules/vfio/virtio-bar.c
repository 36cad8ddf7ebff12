/* SPDX-License-Identifier: GPL-2.0-or-later */
struct virtiovf_pci_core_device {
	struct mutex bar_mutex;
	u8 *bar0_virtual_buf;
};

int ask_device(struct virtiovf_pci_core_device *virtvdev, struct pci_dev *pdev)
{
	int ret;

	mutex_lock(&virtvdev->bar_mutex);
	ret = virtio_pci_admin_legacy_common_io_read(pdev, 0, 1, virtvdev->bar0_virtual_buf);
	mutex_unlock(&virtvdev->bar_mutex);
	if (ret)
		return ret;
	return virtio_pci_admin_legacy_device_io_write(pdev, 0, 1, virtvdev->bar0_virtual_buf);	/* expect: broken-rule virtio_pci_admin_legacy_device_io_write() */
}
