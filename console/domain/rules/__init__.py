"""The rules of the job, one module a part of the work. `console.domain.decide` calls them; nothing else does."""
