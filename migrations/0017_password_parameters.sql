-- Under which parameters passwords are hashed: a PHC string without its salt and its hash. Every login asks for the next one
-- after those that it knows, so it has to be found without reading all accounts.
CREATE INDEX users_password_parameters ON users (
    (rtrim(rtrim(rtrim(rtrim(password_hash, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'), '$'),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'), '$'))
);
