"""A person's own account."""

from tests.e2e.stops import Stop

STOPS = [
    Stop("account_confirm_login_code", "/konto/login/code/confirm/", who="coded"),
    Stop("mfa_authenticate", "/konto/2fa/authenticate/", who="halfway"),
    *(
        Stop(route, f"/konto/{path}", who="careful")
        for route, path in (
            ("account", ""),
            ("account_logout", "logout/"),
            ("account_email", "email/"),
            ("account_change_password", "password/change/"),
            ("account_reauthenticate", "reauthenticate/"),
            ("mfa_index", "2fa/"),
            ("mfa_reauthenticate", "2fa/reauthenticate/"),
            ("mfa_deactivate_totp", "2fa/totp/deactivate/"),
            ("mfa_view_recovery_codes", "2fa/recovery-codes/"),
            ("mfa_generate_recovery_codes", "2fa/recovery-codes/generate/"),
            ("mfa_list_webauthn", "2fa/webauthn/"),
            ("mfa_add_webauthn", "2fa/webauthn/add/"),
        )
    ),
    Stop("mfa_activate_totp", "/konto/2fa/totp/activate/", who="staff"),
    Stop("desk", "/menden/verwaltung/", who="careful", status=403),
]

OUTSIDE = "only with a log-in service from outside, of which the demo has none"
EXCEPTIONS = {
    **dict.fromkeys(
        [
            "openid_connect_login",
            "openid_connect_callback",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
            "socialaccount_signup",
            "socialaccount_connections",
        ],
        OUTSIDE,
    ),
    "account_set_password": "every account has a password: goes on to changing it",
    "api_docs": "Swagger's own page, for programmers",
    "mfa_reauthenticate_webauthn": "only with a passkey, which needs the person's own device",
    "mfa_remove_webauthn": "only with a passkey, which needs the person's own device",
    "mfa_edit_webauthn": "only with a passkey, which needs the person's own device",
}
