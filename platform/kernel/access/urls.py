"""Pages about people and rights; the same for a tenant and for the console."""

from django.urls import path
from django.views.generic import RedirectView

from kernel.access.views import delegations, people, profile, roles, watch

app_name = "access"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="access:people"), name="index"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<uuid:invitation_id>/resend/", people.resend, name="resend"),
    path("people/invitations/<uuid:invitation_id>/revoke/", people.revoke, name="revoke"),
    path("people/<uuid:person_id>/", people.person_card, name="person"),
    path("people/<uuid:person_id>/edit/", people.edit_person, name="edit_person"),
    path("people/<uuid:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<uuid:person_id>/reactivate/", people.reactivate, name="reactivate"),
    path("people/<uuid:person_id>/roles/", people.give_role, name="give_role"),
    path("people/<uuid:person_id>/roles/<int:assignment_id>/", people.take_role, name="take_role"),
    path("people/<uuid:person_id>/password/", people.reset_password, name="reset_password"),
    path("people/<uuid:person_id>/second-step/", people.reset_second_step, name="reset_second_step"),
    path("people/<uuid:person_id>/sessions/", people.end_sessions, name="end_sessions"),
    path("people/<uuid:person_id>/unlock/", people.unlock, name="unlock"),
    path("sessions/<int:session_id>/end/", people.end_session, name="end_session"),
    path("roles/", roles.role_list, name="roles"),
    path("roles/new/", roles.new_role, name="new_role"),
    path("roles/<slug:code>/", roles.role_card, name="role"),
    path("roles/<slug:code>/delete/", roles.delete_role, name="delete_role"),
    path("delegations/new/", delegations.new_delegation, name="new_delegation"),
    path("delegations/<int:delegation_id>/end/", delegations.end, name="end_delegation"),
    path("profile/", profile.profile, name="profile"),
    path("profile/names/", profile.names, name="names"),
    path("profile/tokens/", profile.token_list, name="tokens"),
    path("profile/tokens/<uuid:token_id>/revoke/", profile.revoke_token, name="revoke_token"),
    path("monitoring/", watch.monitoring, name="monitoring"),
    path("support/", watch.support_page, name="support"),
    path("support/consents/<int:consent_id>/withdraw/", watch.withdraw_consent, name="withdraw_consent"),
    path("support/links/<uuid:link_id>/review/", watch.review, name="review"),
    path("openid/", watch.openid_list, name="openid"),
    path("openid/new/", watch.openid_edit, name="new_openid"),
    path("openid/<int:app_id>/", watch.openid_edit, name="edit_openid"),
    path("openid/<int:app_id>/delete/", watch.openid_delete, name="delete_openid"),
]
