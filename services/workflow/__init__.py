"""Workflow: runs the process models, owns human tasks, timers, messages, jobs, incidents and history.

Accepts `workflow.publish_message` and every answer that a job waits for. Announces stages entered and
left, tasks created, claimed and completed, and every change of a case's state. The only place that
imports SpiffWorkflow (in `engine/`).
"""
