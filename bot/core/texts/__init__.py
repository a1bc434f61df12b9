"""Every text of the coach that a person reads and that is not part of a playbook, in English and in Chinese."""
