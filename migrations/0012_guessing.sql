-- When somebody last entered a right code in this session. Whoever has goes on when the server bears no more wrong codes of others.
ALTER TABLE browser_sessions ADD COLUMN right_code_at BIGINT;
